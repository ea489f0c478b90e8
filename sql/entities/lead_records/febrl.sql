with

persons as (
    select * from staging.febrl__persons
),

records as (
    select
        concat('febrl:', _file, ':', cast(_line as text)) as record_id,
        'lead' as object_kind,
        nullif(concat_ws(' ', given_name, surname), '') as full_name,
        given_name,
        surname as family_name,
        date_of_birth as birth_date,
        soc_sec_id as registered_id,
        nullif(concat_ws(' ', street_number, address_1), '') as street,
        suburb as city,
        state as region,
        postcode as postal_code,
        'unassigned' as channel,
        false as is_test,
        true as is_undated,
        cast(cast($undated_on as timestamp) at time zone $time_zone as timestamptz) as captured_at
    from persons
)

select * from records
