<?php // setup.php SITE install: a new site with an author and a contributor; prints their logins as JSON.
// setup.php SITE set NAME VALUE: changes an option.
[, $site, $what] = $argv;
$_SERVER['HTTP_HOST'] = parse_url(getenv('WORDPRESS_URL'), PHP_URL_HOST);
$_SERVER['REQUEST_URI'] = '/';
if ($what === 'install') {
    define('WP_INSTALLING', true);
    $server = new mysqli('localhost', 'root', '', '', 0, getenv('WORDPRESS_SOCKET'));
    $server->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4');
}
require "$site/wp-load.php";
if ($what === 'set') {
    update_option($argv[3], $argv[4]);
    exit;
}
require ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('Partner', 'admin', 'admin@example.org', true, '', 'only for tests');
update_option('permalink_structure', '/%postname%/');
switch_theme(basename(glob("$site/wp-content/themes/*")[0]));
$logins = ['version' => $GLOBALS['wp_version']];
foreach (['author', 'contributor'] as $role) {
    $id = wp_insert_user(['user_login' => $role, 'user_pass' => "only for tests $role", 'role' => $role]);
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'Samklang']);
    $logins[$role] = "$role:" . WP_Application_Passwords::chunk_password($password);
}
echo json_encode($logins), "\n";
