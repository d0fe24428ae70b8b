"""The way of a text from missing to ready: asking people, handing over, reviewing, telling it back in Swedish.

`reach` says who may touch a text, `progress` how far it has come; the other modules are what people do.
"""
