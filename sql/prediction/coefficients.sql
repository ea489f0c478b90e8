with

patterns as (
    select
        members.scope,
        members.lead_id,
        array_agg(numbers.level_number) as level_numbers,
        array_agg(cast(1.0 as double)) as ones,
        max(cast(members.is_reached as bigint)) as reached
    from prediction.members as members
    inner join prediction.levels as levels on members.lead_id = levels.lead_id
    inner join prediction.level_numbers as numbers
        on members.scope = numbers.scope
            and levels.feature = numbers.feature
            and levels.level = numbers.level
    where members.split = 'train'
    group by members.scope, members.lead_id
),

fits as (
    select
        scope,
        unnest(
            logistic_regression(level_numbers, ones, 1, reached, $prediction_penalty)
        ) as fit
    from patterns
    group by scope
),

named as (
    select
        fits.scope,
        coalesce(numbers.feature, '(intercept)') as feature,
        coalesce(numbers.level, '') as level,
        fits.fit['coefficient'] as coefficient,
        fits.fit['standard_error'] as standard_error
    from prediction.level_numbers as numbers
    right join fits
        on numbers.scope = fits.scope and numbers.level_number = fits.fit['feature']
)

select * from named
