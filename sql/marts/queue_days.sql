with

aged as (
    select
        queue,
        day,
        age_days,
        count(*) as waiting
    from funnel.queue_evenings
    group by queue, day, age_days
),

running as (
    select
        *,
        sum(waiting) over (partition by queue, day order by age_days) as so_far
    from aged
),

totals as (
    select
        queue,
        day,
        sum(waiting) as waiting,
        max(age_days) as oldest_days
    from aged
    group by queue, day
),

queues as (
    select
        running.queue,
        running.day,
        max(totals.waiting) as waiting,
        min(case when running.so_far * 2 >= totals.waiting then running.age_days end)
            as p50_age_days,
        max(totals.oldest_days) as oldest_days
    from running
    inner join totals on running.queue = totals.queue and running.day = totals.day
    group by running.queue, running.day
)

select * from queues
