select * from identity.known_account_keys
union all
select
    *,
    true as is_full
from identity.name_account_keys
