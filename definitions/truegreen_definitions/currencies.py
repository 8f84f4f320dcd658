"""Currencies of ISO 4217, and how many digits their smallest unit has.

National currencies and those of unions, as of 2026; two that ended within the last two years are
kept, because closed periods are in them. Metals, bonds and codes for tests are no money here.

Source: ISO 4217, list one (active codes) and list three (`ANG`, `BGN`).
"""

from __future__ import annotations

__all__ = ["CURRENCIES", "digits_of"]

_USUAL_DIGITS = 2
_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
_USUAL = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD
    MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
    RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD
    TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_BY_CODE = dict.fromkeys(_USUAL.split(), _USUAL_DIGITS) | {
    code: digits for digits, codes in _DIGITS.items() for code in codes.split()
}

CURRENCIES: tuple[str, ...] = tuple(sorted(_BY_CODE))
"""Every code, in order."""


def digits_of(currency: str) -> int:
    """Return how many digits the smallest unit of a currency has: 2 for cents, 0 for yen."""
    return _BY_CODE.get(currency, _USUAL_DIGITS)
