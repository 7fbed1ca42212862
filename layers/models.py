"""Django looks for models here; the catalogue imports every layer beside this file."""

from geoportal import catalogue

catalogue.discover("layers")
