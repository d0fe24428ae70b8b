"""The language of this process: a command line speaks one, chosen by SAMKLANG_LANGUAGE before anything is said."""

import os

from campaigns.domain.languages import ui_language
from campaigns.i18n import words_for

_asked = os.environ.get("SAMKLANG_LANGUAGE", "sv")
WORDS = words_for(ui_language(_asked))
_ = WORDS._
