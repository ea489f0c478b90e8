select
    concat(_file, ':', cast(_line as text)) as order_line_id,
    order_id,
    dishes_id as product_id,
    -- Names were pasted with line breaks and stray blanks.
    btrim(regexp_replace(dishes_name, '\s+', ' ', 'g')) as product_name,
    cast(null as text) as seller_id,
    'CNY' as currency,
    counts as quantity,
    cast(amounts * counts as decimal(18,4)) as amount,
    placed_at as ordered_at
from staging.restaurant__order_lines
