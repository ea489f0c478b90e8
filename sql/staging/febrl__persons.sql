select
    nullif(btrim(given_name), '') as given_name,
    nullif(btrim(surname), '') as surname,
    nullif(btrim(street_number), '') as street_number,
    nullif(btrim(address_1), '') as address_1,
    nullif(btrim(suburb), '') as suburb,
    nullif(btrim(postcode), '') as postcode,
    nullif(btrim(state), '') as state,
    nullif(btrim(date_of_birth), '') as date_of_birth,
    nullif(btrim(soc_sec_id), '') as soc_sec_id,
    _file,
    _line
from raw.febrl_persons
