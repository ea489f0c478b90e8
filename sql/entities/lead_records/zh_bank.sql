-- A customer master holds people, not orders: they are contacts. Its key is the person's, for it gives no address.
select
    concat('zh_bank:', customer_id) as record_id,
    'contact' as object_kind,
    customer_id as person_key,
    full_name,
    occupation as title,
    'unassigned' as channel,
    lifecycle_stage as status,
    branch_name as owner_id,
    false as is_test,
    true as is_converted,
    cast(cast(opened_date as timestamp) at time zone $time_zone as timestamptz) as captured_at
from staging.zh_bank__customers
