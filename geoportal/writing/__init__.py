"""Files out: columns and rows of a layer as CSV, GeoJSON and KML while they are read, all other kinds by a process of its own."""
