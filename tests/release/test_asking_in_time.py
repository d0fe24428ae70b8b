"""Just before T nobody waits for a server that is silent."""

import threading

from campaigns.release.dispatcher import answered


def test_what_does_not_answer_in_time_is_left_out_and_hung_up_when_it_comes() -> None:
    """A mail server that is silent costs its own line, and the line is closed when it answers after all."""
    speaks, closed = threading.Event(), threading.Event()
    lines: list[str] = []

    def silent() -> str:
        speaks.wait(30)
        return "late"

    def close(line: str) -> None:
        lines.append(line)
        closed.set()

    def broken() -> str:
        raise ConnectionError

    assert answered([lambda: "first", silent, broken, lambda: "last"], within_s=0.2, too_late=close) == [
        "first",
        "last",
    ]
    assert lines == []
    speaks.set()
    assert closed.wait(30)
    assert lines == ["late"]
