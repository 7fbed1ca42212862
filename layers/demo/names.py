"""Made-up names of heads of household, in the manner of Aceh: a name and the father's."""

from functools import cache

import numpy as np

MEN = """Abdullah Ahmad Amiruddin Anwar Azhari Bakhtiar Basri Burhanuddin Darmawan Fadhil Fakhrurrazi Faisal Fauzi Hamdani Hanafiah
Hasballah Hasbi Husaini Ibrahim Idris Ilyas Iskandar Ismail Jafar Jamaluddin Junaidi Kamaruddin Khairul M.Nur M.Yusuf Mahdi
Mahmud Marzuki Maulana Muhammad Mukhlis Mukhtar Munawar Munzir Murtala Mustafa Muzakkir Nasruddin Nurdin Rahmat Ramli Razali
Ridwan Rizal Rusli Safrizal Saiful Sanusi Sofyan Sulaiman Suryadi Syahrul Syarifuddin Tarmizi Taufik Usman Yahya Yusri Zainal
Zakaria Zulfikar Zulkifli""".split()
WOMEN = """Aisyah Aminah Asiah Badriah Cut.Nuraini Darmawati Dewi Erlina Fatimah Fitriani Habibah Halimah Hamidah Hayatun Herawati Ida
Jamilah Juwairiah Khairani Khatijah Laila Lisnawati Maimunah Mardiana Mariana Marlina Maryam Mutia Nilawati Nurbaiti Nurhayati
Nurjannah Nurlaila Rahmah Ramlah Rohani Rosmiati Rukiah Safiah Sakdiah Salamah Salbiah Suryani Syarifah Ummi Wardiah Yusnidar
Yusra Zahara Zainab Zubaidah Zulaikha""".split()
FATHERS = """Abdurrahman Affan Ali Amin Arifin Aziz Bahri Banta Daud Gani Hamid Hamzah Haris Harun Hasan Husin Ishak Jalil Kasim Latif
Manaf Muhammad Musa Nafi Puteh Raden Rahim Rasyid Saad Saleh Samad Syam Tahir Thaib Umar Wahab Yakob Yunus Zein""".split()


@cache
def pool():
    """(men, women): arrays of all names that can be made."""
    given = ([name.replace(".", " ") for name in names] for names in (MEN, WOMEN))
    return tuple(np.array([f"{name} {father}" for name in names for father in FATHERS]) for names in given)


def heads(rng, count):
    """(count,) names of heads of household, one in seven a woman."""
    men, women = pool()
    return np.where(rng.random(count) < 0.14, rng.choice(women, count), rng.choice(men, count))
