select
    scope,
    method,
    bin,
    leads,
    reached,
    lowest,
    highest,
    predicted,
    observed,
    wilson_interval(reached, leads)['lower'] as observed_lower,
    wilson_interval(reached, leads)['upper'] as observed_upper
from prediction.reliability
