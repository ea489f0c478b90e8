with

credits as (
    select
        to_char(cast(converted_at at time zone $time_zone as date), '%Y-%m') as month,
        *
    from attribution.credits
    where cast(converted_at at time zone $time_zone as date) <= $as_of
)

select * from credits
