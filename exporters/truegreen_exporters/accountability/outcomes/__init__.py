"""Does an improved indicator move the business outcome? Correlations with intervals, or silence.

seasons      what a calendar explains, taken out    correlation  ranks, intervals, many tests
leading      who may warn, and who warns now        periods      the records as series of periods
document     all of it as plain data                shown        as series
"""
