select
    account_id,
    currency,
    time_zone,
    _file,
    _line,
    updated_at
from raw.google_ads_accounts
