"""Subtitles: read cue by cue and written anew, so that nothing but times and words is left."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.domain.text_signs import forbidden_signs, personal_numbers
from campaigns.interchange.received.formats import Clean, Format, refuse

MOST_CUES = 20_000

NOT_UTF8 = N_("The subtitles are not in UTF-8, so letters such as å, ä and ö are lost. Save them as UTF-8.")
NO_CUES = N_("There is not one line of subtitles in the file.")
TOO_MANY = N_("The file holds more than {most} subtitles. Look whether it is the right file.")
NOT_A_TIME = N_("Line {at} should say from when to when a subtitle is shown, such as 00:01.000 --> 00:04.000.")
BACKWARDS = N_("The subtitle at line {at} ends before it begins.")
MARKUP = N_("Line {at} holds markup that is not taken: {tag}. Only bold, italics, underlining and speakers are.")

_TIME = r"(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMES = re.compile(rf"^\s*{_TIME}\s+-->\s+{_TIME}(?:\s+(.*))?$")
_SETTING = re.compile(r"^(?:vertical:(?:rl|lr)|(?:line|position|size|align):[\w.,%-]{1,30})$")
_TAG = re.compile(r"<[^>]*>?")
_PLAIN_TAG = re.compile(r"^</?(?:b|i|u)>$|^</(?:v|lang|ruby|rt)>$|^<(?:ruby|rt)>$|^<(?:v|lang) [^<>&\"']{1,80}>$")
_BLOCKS = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True)
class _Cue:
    start: int
    end: int
    settings: str
    lines: Sequence[str]


def clean_vtt(raw: bytes) -> Clean:
    """WebVTT of our own writing. Raises BadInput that names the line."""
    cues = list(_cues(_lines(raw)))
    shown = "\n\n".join(_as_vtt(cue) for cue in _checked(cues))
    return Clean(format=Format.VTT, media_type="text/vtt", content=f"WEBVTT\n\n{shown}\n".encode())


def clean_srt(raw: bytes) -> Clean:
    """SRT of our own writing. Raises BadInput that names the line."""
    cues = list(_cues(_lines(raw)))
    shown = "\n\n".join(f"{number}\n{_as_srt(cue)}" for number, cue in enumerate(_checked(cues), start=1))
    return Clean(format=Format.SRT, media_type="application/x-subrip", content=f"{shown}\n".encode())


def words_of(content: bytes) -> str:
    """The words of cleaned subtitles, without times and markup."""
    lines = (line for cue in _cues(_lines(content)) for line in cue.lines)
    return "\n".join(_TAG.sub("", line) for line in lines)


def warnings_of(content: bytes) -> list[Fault]:
    """What looks like a personal identity number in the words of cleaned subtitles."""
    return list(personal_numbers(words_of(content), "file"))


def _lines(raw: bytes) -> list[str]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse(NOT_UTF8)
    wrong = list(forbidden_signs(text.replace("\r", ""), "file"))
    if wrong:
        raise BadInput(wrong)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _cues(lines: Sequence[str]) -> Iterator[_Cue]:
    """The cues; notes, styles and regions stay behind. A block begins after an empty line."""
    at = 0
    while at < len(lines):
        block_at, block = at, []
        while at < len(lines) and lines[at].strip():
            block.append(lines[at])
            at += 1
        at += 1
        if block and not _is_other(block, block_at):
            yield _cue(block, block_at + 1)


def _is_other(block: Sequence[str], block_at: int) -> bool:
    first = block[0].lstrip("\ufeff")
    head = block_at == 0 and first.startswith("WEBVTT") and not any("-->" in line for line in block)
    return head or (first.split(" ")[0].strip() in _BLOCKS and "-->" not in first)


def _cue(block: Sequence[str], at: int) -> _Cue:
    place = next((number for number, line in enumerate(block[:3]) if "-->" in line), None)
    times = _TIMES.match(block[place]) if place is not None else None
    if place is None or times is None:
        refuse(NOT_A_TIME, at=at + (place or 0))
    start, end = _milliseconds(times.groups()[:4]), _milliseconds(times.groups()[4:8])
    if end < start:
        refuse(BACKWARDS, at=at + place)
    settings = " ".join(part for part in (times[9] or "").split() if _SETTING.match(part))
    lines = block[place + 1 :]
    for number, line in enumerate(lines, start=at + place + 1):
        _must_be_plain(line, number)
    return _Cue(start, end, settings, lines)


def _must_be_plain(line: str, at: int) -> None:
    for tag in _TAG.findall(line):
        if not _PLAIN_TAG.match(tag):
            refuse(MARKUP, at=at, tag=tag[:40])


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _checked(cues: Sequence[_Cue]) -> Sequence[_Cue]:
    if not cues:
        refuse(NO_CUES)
    if len(cues) > MOST_CUES:
        refuse(TOO_MANY, most=MOST_CUES)
    return cues


def _as_vtt(cue: _Cue) -> str:
    settings = f" {cue.settings}" if cue.settings else ""
    return "\n".join([f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}{settings}", *cue.lines])


def _as_srt(cue: _Cue) -> str:
    return "\n".join([f"{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}", *cue.lines])


def _clock(milliseconds: int, point: str) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"
