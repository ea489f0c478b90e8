with

watched as (
    select * from funnel.invoices where is_watched
),

changes as (
    select
        to_char(invoiced_date, '%Y-%m') as month,
        value as billed,
        cast(0 as decimal(18,4)) as settled
    from watched
    union all
    select
        to_char(settled_date, '%Y-%m'),
        cast(0 as decimal(18,4)),
        value
    from funnel.settlements
),

-- A month in which only other things happened is a month too; where no bill is watched none is.
months as (
    select distinct to_char(moves.moved_date, '%Y-%m') as month
    from (select count(*) as invoices from watched) as all_watched
    cross join funnel.cash_moves as moves
    where moves.moved_date is not null and all_watched.invoices > 0
),

monthly as (
    select
        months.month,
        coalesce(sum(changes.billed), 0) as billed,
        coalesce(sum(changes.settled), 0) as settled
    from months
    left join changes on months.month = changes.month
    group by months.month
),

owed as (
    select
        month,
        cast(billed as decimal(28,4)) as billed,
        cast(settled as decimal(28,4)) as settled,
        cast(sum(billed - settled) over (order by month) as decimal(28,4)) as receivables
    from monthly
)

select * from owed
