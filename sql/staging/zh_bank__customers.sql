select
    customer_id,
    name as full_name,
    gender,
    occupation,
    occupation_type,
    lifecycle_stage,
    marriage_status,
    city_level,
    branch_name,
    _file,
    _line,
    age,
    monthly_income,
    open_account_date as opened_date
from raw.zh_bank_customers
