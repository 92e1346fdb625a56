"""Break glass: seeing one encounter without a place in it, because somebody needs it now, and being seen doing so."""
