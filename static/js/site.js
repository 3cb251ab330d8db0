// Behaviour that all pages share; pages work without it.
