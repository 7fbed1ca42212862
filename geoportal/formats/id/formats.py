"""How Indonesian writes days and times here: 24 Nov 2026, 14.30. Django's own list writes "Nov." and reads month-first days."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H.i"
TIME_FORMAT = "H.i"
SHORT_DATE_FORMAT = "d-m-Y"
SHORT_DATETIME_FORMAT = "d-m-Y H.i"
DATE_INPUT_FORMATS = ["%d-%m-%Y", "%d/%m/%Y"]
DATETIME_INPUT_FORMATS = ["%d-%m-%Y %H.%M.%S", "%d-%m-%Y %H.%M", "%d/%m/%Y %H.%M", "%d-%m-%Y %H:%M", "%d/%m/%Y %H:%M"]
TIME_INPUT_FORMATS = ["%H.%M.%S", "%H.%M"]
