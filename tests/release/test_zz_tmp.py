import sys; sys.path[:0]=['/work/main/tests']
import random
import pytest
from contextlib import ExitStack
from release.test_faults import embedded
from release.worlds import soon, wait_for
@pytest.mark.parametrize("seed",[2,3])
def test_random(seed, sqlite_template, tmp_path):
    rnd=random.Random(seed)
    offsets=sorted([round(rnd.uniform(-0.06,0.0),4), round(rnd.uniform(0,0.01),4), round(rnd.uniform(0.005,0.06),4), round(rnd.uniform(0.03,0.12),4)])
    with ExitStack() as st:
        T=soon(seconds=16); sc=[st.enter_context(embedded(f"k{i}{o}",sqlite_template,tmp_path)) for i,o in enumerate(offsets)]
        for s in sc: s.prepare(T); s.start()
        for s,o in zip(sc,offsets): s.sleep_until(o); s.kill()
        for s in sc: s.start()
        for s,o in zip(sc,offsets):
            wait_for(s.settled, within_s=40); s.judge(); print(o, 'repeated pushes', s.repeated)
