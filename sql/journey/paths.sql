with

steps as (
    select
        conversion_id,
        replace(replace(channel, '%', '%25'), '>', '%3E') as channel,
        position
    from journey.touches
    where position is not null
),

-- The greatest number is span enough for all positions.
touched as (
    select
        conversion_id,
        array_to_string(
            ordered_by(array_agg(channel), array_agg(position), 9223372036854775807), ' > '
        ) as path
    from steps
    group by conversion_id
),

converting as (
    select
        conversions.anchor,
        touched.path,
        count(*) as conversions,
        cast(sum(conversions.value) as decimal(28,4)) as value
    from touched
    inner join journey.conversions as conversions
        on touched.conversion_id = conversions.conversion_id
    group by conversions.anchor, touched.path
),

paths as (
    select
        coalesce(converting.anchor, open_paths.anchor) as anchor,
        coalesce(converting.path, open_paths.path) as path,
        coalesce(converting.conversions, 0) as conversions,
        coalesce(converting.value, cast(0 as decimal(28,4))) as value,
        coalesce(open_paths.journeys, 0) as nulls
    from converting
    full join journey.open_paths as open_paths
        on converting.anchor = open_paths.anchor and converting.path = open_paths.path
)

select
    anchor,
    path,
    cast(array_length(string_to_array(path, ' > ')) as bigint) as steps,
    conversions,
    value,
    nulls
from paths
