"""How the desk prints dates and hours: as the pages do (pages/environment.py), in 24 hours. Django looks here by itself."""
