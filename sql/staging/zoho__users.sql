select
    user_id,
    btrim(concat_ws(' ', first_name, last_name)) as full_name,
    email,
    _file,
    _line
from raw.zoho_users
