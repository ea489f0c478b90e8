with

persons as (
    select * from staging.splink_fake__persons
),

records as (
    select
        concat('splink_fake:', _file, ':', unique_id) as record_id,
        'lead' as object_kind,
        nullif(concat_ws(' ', first_name, surname), '') as full_name,
        first_name as given_name,
        surname as family_name,
        dob as birth_date,
        email,
        city,
        'unassigned' as channel,
        false as is_test,
        true as is_undated,
        cast(cast($undated_on as timestamp) at time zone $time_zone as timestamptz) as captured_at
    from persons
)

select * from records
