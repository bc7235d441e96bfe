"""The draws of core/data/hash.h, for scripts that must draw the same."""

MASK = (1 << 64) - 1


def mix(value):
    value = (value + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


class SplitMix:
    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        value = mix(self.state)
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        return ((value >> 32) * bound) >> 32
