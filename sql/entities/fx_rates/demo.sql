select
    currency,
    'CNY' as to_currency,
    rate_cny as rate,
    rate_date
from staging.demo__fx_rates
