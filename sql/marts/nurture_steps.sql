with

counted as (
    select
        program,
        step,
        coalesce(medium, '(unknown)') as medium,
        count(*) as sent,
        count(*) filter (where is_delivered) as delivered,
        count(*) filter (where is_opened) as opened,
        count(*) filter (where is_clicked) as clicked,
        count(*) filter (where is_replied) as replied,
        count(*) filter (where is_unsubscribed) as unsubscribed
    from funnel.nurture_sends
    group by program, step, coalesce(medium, '(unknown)')
)

select
    program,
    step,
    medium,
    sent,
    delivered,
    opened,
    clicked,
    replied,
    unsubscribed,
    cast(opened as double) / nullif(cast(delivered as double), 0.0) as open_rate,
    cast(clicked as double) / nullif(cast(delivered as double), 0.0) as click_rate,
    cast(replied as double) / nullif(cast(delivered as double), 0.0) as reply_rate,
    cast(unsubscribed as double) / nullif(cast(delivered as double), 0.0) as unsubscribe_rate,
    sent < $low_count as is_low_count
from counted
