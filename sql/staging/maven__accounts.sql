select
    account,
    sector,
    office_location,
    subsidiary_of,
    _file,
    _line,
    year_established,
    employees,
    cast(revenue * 1000000 as decimal(18,4)) as revenue
from raw.maven_accounts
