with

touches as (
    select * from staging.demo__touchpoints
),

-- The ids alone first: few repeat, and only theirs are looked at again.
repeated as (
    select touch_id
    from touches
    group by touch_id
    having count(*) > 1
),

first_copies as (
    select
        repeated.touch_id,
        min(concat(touches._file, ':', lpad(cast(touches._line as text), 12, '0'))) as first_place
    from repeated
    inner join touches on repeated.touch_id = touches.touch_id
    group by repeated.touch_id
)

select * from first_copies
