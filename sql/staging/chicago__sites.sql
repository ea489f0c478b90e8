select
    btrim(regexp_replace(site_name, '\s+', ' ', 'g')) as site_name,
    btrim(regexp_replace(address, '\s+', ' ', 'g')) as address,
    zip,
    phone,
    _file,
    _line
from raw.chicago_sites
