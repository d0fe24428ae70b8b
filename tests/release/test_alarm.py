"""The alarm clock: it wakes, it wakes late rather than never, and it can be stopped whatever whoever is awake does."""

import threading
from datetime import timedelta
from time import monotonic

from release.worlds import real_now, wait_for

from campaigns.release.alarm import Alarm


def test_a_late_alarm_still_comes() -> None:
    """An instant that is over wakes at once: the database decides whether there is anything to do."""
    alarm, woken = Alarm(), threading.Event()
    alarm.start()
    alarm.at(real_now() - timedelta(hours=1), "late", woken.set)
    assert woken.wait(2)
    alarm.stop()


def test_a_moved_alarm_comes_once_and_a_forgotten_one_never() -> None:
    """The same key again moves it."""
    alarm, came = Alarm(), []
    alarm.start()
    alarm.at(real_now() + timedelta(seconds=0.1), "moved", lambda: came.append("old"))
    alarm.at(real_now() + timedelta(seconds=0.2), "moved", lambda: came.append("new"))
    alarm.at(real_now() + timedelta(seconds=0.1), "forgotten", lambda: came.append("forgotten"))
    alarm.forget("forgotten")
    alarm.forget("never set")
    wait_for(lambda: came)
    alarm.stop()
    assert came == ["new"]


def test_it_stops_while_someone_who_is_awake_sets_another_alarm() -> None:
    """Arming ends by setting the alarm for T: a stop at that moment waits for it, and not for ever."""
    alarm, awake, go_on = Alarm(), threading.Event(), threading.Event()

    def arm() -> None:
        awake.set()
        go_on.wait(5)
        alarm.at(real_now(), "fire", lambda: None)

    alarm.start()
    alarm.at(real_now(), "arm", arm)
    assert awake.wait(2)
    stopping = threading.Thread(target=alarm.stop, daemon=True)
    stopping.start()
    stopping.join(0.2)
    assert stopping.is_alive()
    go_on.set()
    stopping.join(5)
    assert not stopping.is_alive()


def test_a_beat_ends_with_the_alarm() -> None:
    """The first at once, then again and again, until stopped."""
    alarm, beats = Alarm(), []
    alarm.start()
    alarm.every(0.05, "beat", lambda: beats.append(monotonic()))
    wait_for(lambda: len(beats) >= 3)
    alarm.stop()
    count = len(beats)
    assert not [thread for thread in threading.enumerate() if thread.name == "beat"]
    assert len(beats) == count
