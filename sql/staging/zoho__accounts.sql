select
    account_id,
    name,
    owner_id,
    account_type,
    industry,
    website,
    _file,
    _line
from raw.zoho_accounts
