"""What people download: cards, folders, guides, posters and their ZIP. Values in, bytes out; no database, no web.

`making.make` gives everything for one language, `packing` the ZIPs. A *sheet* (`sheet.py`) says what stands on a page;
`press.py` sets it with Typst, `html_page.py` and `docx.py` write it for the screen and for editing.
"""
