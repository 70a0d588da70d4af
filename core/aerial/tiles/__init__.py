"""Users' tiles: archives, GeoTIFF, and the process that reads them."""
