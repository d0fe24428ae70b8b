"""The language of this process: a command line speaks one, chosen by SAMKLANG_LANGUAGE before anything is said."""

import os

from campaigns.i18n import UI_LANGUAGES, words_for

_asked = os.environ.get("SAMKLANG_LANGUAGE", "sv")
WORDS = words_for(_asked if _asked in UI_LANGUAGES else "sv")
_ = WORDS._
