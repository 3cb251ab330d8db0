"""Calendar programs are told when a milestone was changed."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compacts', '0016_multiplication_search_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='milestone',
            name='changed_at',
            field=models.DateTimeField(auto_now=True, default=django.utils.timezone.now, verbose_name='sửa lúc'),
            preserve_default=False,
        ),
    ]
