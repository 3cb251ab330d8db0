"""Everything that changes who takes part and who speaks for whom, and what all apps share."""
