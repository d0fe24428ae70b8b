"""Pages on which texts are written."""
