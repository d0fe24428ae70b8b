"""How long all material of the sample campaign takes in its languages: `python tests/benchmarks/materials.py`.

Prints JSON. Fonts and templates are loaded before the clock starts, by setting a language that is not in the sample.
Each language is set once and compared with one language alone: the ratio is what counts on a busy machine, and
`cpu_seconds` is what the work itself took.
"""

import argparse
import json
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from material_samples import SAMPLE_TAGS, material, small  # noqa: E402 - found through the path above

from campaigns.materials.making import Made, make  # noqa: E402
from campaigns.materials.packing import pack  # noqa: E402


def main() -> None:
    """Make everything, pack it, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alone", default="ar", help="the language that is made alone, to compare with")
    given = parser.parse_args()
    make(small("pl", headline="Obietnica", long="Zadzwoń."))
    print(json.dumps(_measured(given.alone), indent=1))  # noqa: T201 - a script's answer


def _measured(alone: str) -> dict[str, Any]:
    began, worked = perf_counter(), process_time()
    made = [make(material(tag)) for tag in SAMPLE_TAGS if tag != alone]
    one_began = perf_counter()
    made.append(make(material(alone)))
    one = perf_counter() - one_began
    packed, each = _packed(made)
    return {
        "languages": len(made),
        "files": sum(len(one_made.files) for one_made in made),
        "seconds": round(perf_counter() - began, 2),
        "cpu_seconds": round(process_time() - worked, 2),
        "one_language_seconds": round(one, 2),
        "ratio": round((perf_counter() - began) / one, 2),
        "zip_bytes": packed,
        "zip_bytes_of_each": each,
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _packed(made: list[Made]) -> tuple[int, dict[str, int]]:
    """The size of the ZIP of all languages, and of each one's."""
    return len(pack(made)), {one.material.language.tag: len(pack([one])) for one in made}


if __name__ == "__main__":
    main()
