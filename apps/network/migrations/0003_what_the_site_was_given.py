from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0002_how_much_heavier_a_box_may_be'),
    ]

    operations = [
        migrations.CreateModel(
            name='SitePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('loaded_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
