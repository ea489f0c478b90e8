select
    account_id,
    currency,
    _file,
    _line,
    updated_at
from raw.linkedin_ads_accounts
