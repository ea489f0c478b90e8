select
    currency,
    _file,
    _line,
    rate_cny,
    day as rate_date
from raw.demo_fx_rates
