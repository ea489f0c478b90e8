select
    account_id,
    currency,
    _file,
    _line,
    synced_at
from raw.meta_ads_accounts
