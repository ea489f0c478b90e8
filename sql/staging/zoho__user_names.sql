select
    full_name,
    min(user_id) as user_id
from staging.zoho__users
group by full_name
having count(*) = 1
