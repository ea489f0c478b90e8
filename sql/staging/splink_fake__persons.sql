select
    unique_id,
    first_name,
    surname,
    dob,
    city,
    email,
    _file,
    _line
from raw.splink_fake_persons
